import { loadState, saveState } from '../cloud/state.ts';
import { addImages, addStacks } from './account.ts';

// Puts images and worker stacks into the folder of a local cloud that does not run: FOLDER IMAGES STACKS

const [folder = '', images = '0', stacks = '0'] = process.argv.slice(2);
const state = loadState(folder);
addImages(state, Number(images));
addStacks(state, Number(stacks), Number(images));
saveState(folder, state);
