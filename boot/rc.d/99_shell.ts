import { keyScript } from '../lib/boot-script.ts';
import { runCommands } from '../lib/shell.ts';

export const ended = keyScript('99_shell', 'shell', (commands, journal) =>
  runCommands(commands, 'rclocal.shell', journal),
);
