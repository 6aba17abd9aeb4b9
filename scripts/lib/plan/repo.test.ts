import { expect, it } from 'vitest';
import { withoutCredentials } from './repo.ts';

it.each([
  ['https://user:token@git.example.com/team/lava.git', 'https://git.example.com/team/lava.git'],
  ['https://token@git.example.com/lava', 'https://git.example.com/lava'],
  ['ssh://git@git.example.com/lava', 'ssh://git.example.com/lava'],
  ['git@git.example.com:team/lava.git', 'git@git.example.com:team/lava.git'],
  ['/home/me/lava', '/home/me/lava'],
  ['', ''],
])('%s', (url, without) => expect(withoutCredentials(url)).toBe(without));
