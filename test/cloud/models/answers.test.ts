import { expect, test } from 'vitest';
import { fakeCloud } from '../fake-cloud.ts';
import { modelsFor } from './compared.ts';
import { readModel } from './model.ts';
import { record, type ServiceName } from './recorder.ts';
import { STORIES } from './stories.ts';
import { deviations } from './walk.ts';

test.for(Object.keys(STORIES) as ServiceName[])(
  'every action of %s answers as its model says',
  { timeout: 120_000 },
  async (service, context) => {
    const home = modelsFor(context);
    const cloud = await fakeCloud();
    const recorder = record(cloud, service);
    await STORIES[service](cloud, recorder);
    const model = readModel(home, service);
    const found = recorder.answers.flatMap(({ action, body }) => deviations(model, action, body));
    expect([...new Set(found)]).toEqual([]);
    const called = new Set(recorder.answers.map(({ action }) => action));
    expect([...called].toSorted()).toEqual(Object.keys(cloud.services[service]!).toSorted());
  },
);
