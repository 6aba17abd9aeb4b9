import { randomUUID } from 'node:crypto';
import type { ResourceType } from './resource-type.ts';

/** AWS::CloudFormation::WaitConditionHandle, which templates use as a resource that does nothing. */
export const waitConditionHandle: ResourceType = {
  properties: {},
  required: [],
  attributes: [],
  tagged: false,
  async create(work) {
    const physicalId = `https://cloudformation-waitcondition.invalid/${work.stackName}/${work.logicalId}/${randomUUID()}`;
    work.initiated(physicalId);
    return { physicalId, attributes: {} };
  },
  update: async () => ({}),
  remove: async () => {},
};
