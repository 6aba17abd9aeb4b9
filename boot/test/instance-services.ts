/**
 * IMDS and S3 of a pretended instance, at their real addresses inside its network namespace. The parent process sends a
 * certificate for S3 first and then settings, any number of times; each is answered when it holds.
 */
import { type Metadata, startMetadataService } from './metadata-service.ts';
import { type Certificate, type Store, startObjectStore } from './object-store.ts';

export interface Settings {
  metadata: Metadata;
  store: Store;
  /** IMDS begins to answer this many seconds from now; until then its port refuses connections. */
  imdsLate: number;
}

const metadata: Metadata = { paths: {}, disabled: false, troubles: [] };
const store: Store = { objects: {}, troubles: {} };
let imds: Awaited<ReturnType<typeof startMetadataService>> | undefined;
let late: NodeJS.Timeout | undefined;

async function obey(message: Settings | Certificate): Promise<void> {
  if ('cert' in message) {
    await startObjectStore(store, message, '127.0.0.1', 443);
    return;
  }
  clearTimeout(late);
  await imds?.close();
  imds = undefined;
  delete metadata.userData;
  Object.assign(metadata, message.metadata);
  Object.assign(store, message.store);
  const start = async () => {
    imds = await startMetadataService(metadata, '169.254.169.254', 80);
  };
  if (message.imdsLate > 0) late = setTimeout(start, message.imdsLate * 1000);
  else await start();
}

process.on('message', (message: Settings | Certificate) => obey(message).then(() => process.send?.('done')));
process.on('disconnect', () => process.exit());
