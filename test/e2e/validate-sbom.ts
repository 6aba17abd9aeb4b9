import { readFileSync } from 'node:fs';
import { Spec, Validation } from '@cyclonedx/cyclonedx-library';

// Says whether a file is CycloneDX by its schema: node test/e2e/validate-sbom.ts FILE
const [, , file = ''] = process.argv;
const problems = await new Validation.JsonStrictValidator(Spec.Version.v1dot5).validate(readFileSync(file, 'utf8'));
console.log(problems ? JSON.stringify(problems, null, 2) : 'valid');
process.exitCode = problems ? 1 : 0;
