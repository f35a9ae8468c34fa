// What the server says where it refuses: its own sentence is shown rather than one of the page's.

// A refusal, by its sentence; "" where the answer has none.
export class Refusal extends Error {}

// The page of an answer. Throws a Refusal where it is none.
/** @param {Response} answer */
export async function pageOf(answer) {
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (!answer.ok) throw new Refusal(sentenceOf(page));
  return page;
}

// Whether the server says that what was at an address is gone. What is lost on the way says nothing.
/** @param {string} address */
export async function isGone(address) {
  try {
    const { status } = await fetch(address);
    return status === 404 || status === 410;
  } catch {
    return false;
  }
}

// Why a page has no answer, in its words; "" where it does not say.
/** @param {Document} page */
export function sentenceOf(page) {
  return page.querySelector(".trouble .lead, .trouble p")?.textContent?.trim() ?? "";
}

// The sentence of a refusal, or another for whatever else went wrong.
/** @param {unknown} error @param {string} otherwise */
export function reason(error, otherwise) {
  return (error instanceof Refusal && error.message) || otherwise;
}
