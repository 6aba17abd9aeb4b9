import type { Image } from '@aws-sdk/client-ec2';
import { tagRecord } from './tags.ts';

/** What an image says of itself; empty where it does not say. */
export interface ImageFacts {
  lavaVersion: string;
  os: string;
  pythonVersion: string;
  /** The moment of the build, ISO 8601; a copy has that of its original. */
  builtAt: string;
  tags: Record<string, string>;
}

/** `lava-8.1.0-amzn2023-py3.11-arm64-2025-07-02T08-43-48Z` (user guide, "Lava AMI Names"). */
const NAME = /^lava-([\d.]+)-([^-]+)-py([\d.]+)-(?:x86_64|arm64)-/;
const MOMENT = /-(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)Z$/;

/** Reads an image's tags, which say it best; its name is believed only where there are none. */
export function imageFacts({ Name = '', Tags = [] }: Image): ImageFacts {
  const tags = tagRecord(Tags);
  const [, lava = '', os = '', python = ''] = NAME.exec(Name) ?? [];
  const [, day, hours, minutes, seconds] = MOMENT.exec(Name) ?? [];
  return {
    lavaVersion: tags.LavaVersion || lava,
    os: tags.OS || os,
    pythonVersion: tags.PYTHON_VERSION || tags.PythonVersion || python,
    builtAt: day ? `${day}T${hours}:${minutes}:${seconds}.000Z` : '',
    tags,
  };
}
