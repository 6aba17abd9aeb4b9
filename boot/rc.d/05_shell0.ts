import { keyScript } from '../lib/boot-script.ts';
import { runCommands } from '../lib/shell.ts';

export const ended = keyScript('05_shell0', 'shell0', (commands, journal) =>
  runCommands(commands, 'rclocal.shell0', journal),
);
