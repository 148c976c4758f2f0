// Reads the JavaScript samples without running them.
// Argument: a JSON file with { name: source }.
import { readFileSync } from 'node:fs';

const AsyncFunction = (async () => {}).constructor;
const faults = [];
for (const [name, source] of Object.entries(JSON.parse(readFileSync(process.argv[2], 'utf8')))) {
  try {
    new AsyncFunction(source);
  } catch (fault) {
    faults.push(`${name}: ${fault.message}`);
  }
}
if (faults.length > 0) throw new Error(faults.join('\n'));
