// Holds OpenAPI documents against the recommended rules of the linter; every finding is a failure.
// Arguments: the files.
import { fileURLToPath } from 'node:url';

process.env.REDOCLY_TELEMETRY = 'off';
process.env.REDOCLY_SUPPRESS_UPDATE_NOTICE = 'true';
const here = (name) => fileURLToPath(new URL(name, import.meta.url));
process.argv = [process.argv[0], 'redocly', 'lint', '--config', here('redocly.yaml'), ...process.argv.slice(2)];
await import('../node_modules/@redocly/cli/bin/cli.js');
