// Makes TypeScript types of OpenAPI documents and compiles a program that calls the hub with them.
// Arguments: the document of applications, the document of administrators.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import openapiTS, { astToString } from 'openapi-typescript';
import ts from 'typescript';

const folder = mkdtempSync(join(tmpdir(), 'hub-types-'));
try {
  const [applications, administration] = process.argv.slice(2);
  for (const [name, file] of [['applications', applications], ['administration', administration]]) {
    writeFileSync(join(folder, `${name}.ts`), astToString(await openapiTS(JSON.parse(readFileSync(file, 'utf8')))));
  }
  writeFileSync(join(folder, 'client.ts'), readFileSync(new URL('client.ts', import.meta.url)));
  const program = ts.createProgram([join(folder, 'client.ts'), join(folder, 'administration.ts')], {
    strict: true, noEmit: true, types: [], target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler, lib: ['lib.es2022.d.ts', 'lib.dom.d.ts'], skipLibCheck: true,
  });
  const faults = ts.getPreEmitDiagnostics(program);
  const host = { getCurrentDirectory: () => folder, getCanonicalFileName: (name) => name, getNewLine: () => '\n' };
  if (faults.length > 0) throw new Error(ts.formatDiagnostics(faults, host));
} finally {
  rmSync(folder, { recursive: true });
}
