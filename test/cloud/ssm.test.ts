import { GetParameterCommand, GetParametersByPathCommand, GetParametersCommand } from '@aws-sdk/client-ssm';
import { expect, test } from 'vitest';
import { fakeCloud } from './fake-cloud.ts';

test('a parameter is read by its name and by its ARN', async () => {
  const { ssm, state } = await fakeCloud();
  state.parameters['/aws/service/x'] = 'ami-1';
  const { Parameter } = await ssm.send(new GetParameterCommand({ Name: '/aws/service/x' }));
  expect(Parameter).toMatchObject({ Name: '/aws/service/x', Value: 'ami-1', Type: 'String' });
  expect(await ssm.send(new GetParameterCommand({ Name: Parameter!.ARN! }))).toMatchObject({ Parameter });
  await expect(ssm.send(new GetParameterCommand({ Name: 'toString' }))).rejects.toMatchObject({
    name: 'ParameterNotFound',
  });
});

test('several are read at once, and those that there are not are named', async () => {
  const { ssm, state } = await fakeCloud();
  state.parameters['/a'] = '1';
  const answer = await ssm.send(new GetParametersCommand({ Names: ['/a', '/none', '/a'] }));
  expect(answer).toMatchObject({ Parameters: [{ Name: '/a', Value: '1' }], InvalidParameters: ['/none'] });
  await expect(ssm.send(new GetParametersCommand({ Names: [] }))).rejects.toMatchObject({
    name: 'ValidationException',
  });
});

test('those below a path come by pages, each once; deeper ones when asked for', async () => {
  const { ssm, state } = await fakeCloud();
  for (let n = 10; n < 35; n++) state.parameters[`/path/p${n}`] = String(n);
  state.parameters['/path/deep/er'] = 'x';
  state.parameters['/pathological'] = 'x';
  const all = async (Recursive: boolean) => {
    const names: string[] = [];
    let NextToken: string | undefined;
    do {
      const answer = await ssm.send(new GetParametersByPathCommand({ Path: '/path', Recursive, NextToken }));
      names.push(...answer.Parameters!.map(({ Name }) => Name!));
      NextToken = answer.NextToken;
    } while (NextToken);
    return names;
  };
  expect(await all(false)).toEqual(Array.from({ length: 25 }, (_, index) => `/path/p${index + 10}`));
  expect(await all(true)).toContain('/path/deep/er');
  expect(await all(true)).toHaveLength(26);
  for (const input of [{ Path: 'path' }, { Path: '/path', MaxResults: 11 }]) {
    await expect(ssm.send(new GetParametersByPathCommand(input))).rejects.toMatchObject({
      name: 'ValidationException',
    });
  }
});
