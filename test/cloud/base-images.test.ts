import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../temporary-folder.ts';
import { registerBaseImages } from './base-images.ts';
import { loadState } from './state.ts';

it('refuses a stand-in that there is not before it makes anything', async () => {
  const folder = temporaryFolder('base-images-');
  const state = loadState(folder);
  const options = { folder, caCertificate: join(folder, 'none.pem'), log: () => {} };
  await expect(registerBaseImages(state, ['amzn2', 'toString'], options)).rejects.toThrow(
    'There is no stand-in toString; LAVA_CLOUD_STAND_INS may name amzn2023, amzn2.',
  );
  expect(state.images).toEqual({});
});
