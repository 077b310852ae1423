// What the scripts of all JavaScript clients share: a flow is run, and told in one line of JSON.
// Addresses and keys come from the environment, by the names that the pages in docs/how-to give.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

export const ANSWER = 'The quick brown fox jumps over it.';
export const DONE = 'The tool turn is complete.';
export const ASK = 'Please answer in one sentence.';
export const USE_TOOL = 'Please use the tool.';

/** Loads a package from where the clients are installed, which is not beside these scripts. */
export async function load(name) {
  const at = createRequire(`${process.env.CLIENTS_MODULES}/x.js`).resolve(name);
  return import(pathToFileURL(at).href);
}

export async function flow(name, run) {
  let told = { flow: name, ok: true };
  try {
    await run();
  } catch (error) { // what the client threw is the result
    told = { flow: name, ok: false, detail: `${error.name}: ${error.message}`.slice(0, 600) };
  }
  console.log(JSON.stringify(told));
}

export function same(seen, wanted) {
  const [one, other] = [JSON.stringify(seen), JSON.stringify(wanted)];
  if (one !== other) throw new Error(`${one} and not ${other}`);
}

/** The call is refused with an error whose text, or whose response, matches the mark. */
export async function refuses(run, mark) {
  try {
    await run();
  } catch (error) {
    const text = `${error.message} ${error.responseBody ?? ''} ${JSON.stringify(error.error ?? '')} ${error.code ?? ''}`;
    if (!new RegExp(mark).test(text)) throw new Error(`${mark} is not in ${text}`);
    return;
  }
  throw new Error('it was not refused');
}
