// A second opinion about PATCH: node patch.mjs '[{ "resource": {…}, "operation": {…}, "result": {…} }, …]'
import assert from 'node:assert/strict';
import { scimPatch } from 'scim-patch';

const cases = JSON.parse(process.argv[2]);
assert.ok(cases.length > 0);
for (const { resource, operation, result } of cases) {
  assert.deepEqual(scimPatch(resource, [operation]), result, JSON.stringify(operation));
}
