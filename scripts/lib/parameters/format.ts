import type { Parameter } from './parameter.ts';

/** Of every command that reports. */
export const FORMAT = {
  name: 'format',
  meaning: 'text for people, json for programs',
  example: 'json',
  commandLineOnly: true,
  values: ['text', 'json'],
  default: 'text',
} as const satisfies Parameter;
