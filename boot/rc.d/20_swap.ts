import { keyScript } from '../lib/boot-script.ts';
import { applySwap } from '../lib/swap/apply.ts';

export const ended = keyScript('20_swap', 'swap', (swap, journal) => applySwap(swap, journal));
