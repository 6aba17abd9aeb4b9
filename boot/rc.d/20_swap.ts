import { keyScript } from '../lib/boot-script.ts';
import { applySwap } from '../lib/swap/apply.ts';

void keyScript('20_swap', 'swap', (swap, journal) => applySwap(swap, journal));
