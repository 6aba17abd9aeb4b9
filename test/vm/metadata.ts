import { existsSync, readFileSync } from 'node:fs';
import { type Metadata, ordinaryMetadata, startMetadataService } from '../../boot/test/metadata-service.ts';

// The IMDS of one virtual machine: node metadata.ts FILE. User data is what FILE holds when it is asked for; without
// FILE there is none. Prints the port it listens on.

const [file = ''] = process.argv.slice(2);
const metadata: Metadata = Object.defineProperty(ordinaryMetadata(), 'userData', {
  get: () => (existsSync(file) ? readFileSync(file) : undefined),
});
const { address } = await startMetadataService(metadata);
console.log(new URL(address).port);
