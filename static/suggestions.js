// The films that a text may mean, as the server suggests them.

import { Refusal } from "./refusal.js";

// Throws a Refusal with the server's sentence, and what fetch throws.
/** @param {string} text @returns {Promise<Suggestions>} */
export async function suggestions(text) {
  const answer = await fetch(`/api/v1/suggestions?q=${encodeURIComponent(text)}`);
  const said = await answer.json();
  if (!answer.ok) throw new Refusal(said.error);
  return said;
}
