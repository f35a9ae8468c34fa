// Rating without leaving the page: the same form, the same server's words, only the section swapped.

const section = document.getElementById("feedback");
const KEYS = ["1", "2", "3", "u"];
const KEPT = "onesheet-keys"; // single keys can be switched off (WCAG 2.1.4)
const tabs = "BroadcastChannel" in window ? new BroadcastChannel("onesheet-ratings") : null;

if (section) {
  section.addEventListener("submit", rate);
  section.addEventListener("change", (event) => {
    if (event.target.matches("[data-keys]")) keep(event.target.checked);
  });
  document.addEventListener("keydown", press);
  tabs?.addEventListener("message", ({ data }) => follow(data));
  showKeys();
}

let meant = null; // the key of what was pressed while an earlier rating was on its way

async function rate(event) {
  const form = event.target;
  if (!form.matches("[data-rating]") || !event.submitter) return;
  event.preventDefault();
  const { value } = event.submitter;
  const { key } = event.submitter.dataset;
  if (busy()) {
    meant = key;
    return;
  }
  section.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      body: new URLSearchParams({ rating: value }),
    });
    if (!answer.ok) throw new Error(answer.statusText);
    swap(await answer.text(), value);
    tabs?.postMessage(form.action);
  } catch {
    say(section.dataset.sayLost);
  } finally {
    section.removeAttribute("aria-busy");
  }
  const next = meant;
  meant = null;
  if (next && next !== key) button(next)?.click();
}

// The same answer, open in another tab, was rated there.
async function follow(action) {
  if (busy() || section.querySelector("[data-rating]").action !== action) return;
  try {
    const answer = await fetch(location.href);
    if (answer.ok && !busy()) swap(await answer.text());
  } catch {
    // Here it is as it was until the page is loaded again.
  }
}

function busy() {
  return section.getAttribute("aria-busy") === "true";
}

function button(key) {
  return section.querySelector(`[data-key="${CSS.escape(key)}"]`);
}

function swap(page, value) {
  const there = new DOMParser().parseFromString(page, "text/html").getElementById("feedback");
  if (!there) return; // what is shown once has no address of its own
  const held = section.contains(document.activeElement);
  section.querySelector(".ask").replaceWith(there.querySelector(".ask"));
  // The status element itself stays, so that screen readers notice its new words.
  section.querySelector("[role=status]").replaceChildren(
    ...there.querySelector("[role=status]").childNodes,
  );
  showKeys();
  if (held) {
    const wanted = section.querySelector(`[value="${value}"]`) ?? section.querySelector("button");
    wanted.focus({ preventScroll: true });
  }
}

function say(sentence) {
  const words = document.createElement("p");
  words.className = "thanks";
  words.textContent = sentence;
  section.querySelector("[role=status]").replaceChildren(words);
}

function press(event) {
  const typing = event.target.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable]");
  if (typing || event.repeat || event.altKey || event.ctrlKey || event.metaKey || !kept()) return;
  const key = event.key.toLowerCase();
  if (busy()) meant = KEYS.includes(key) ? key : meant; // the button to take a rating back is not there before it
  else button(key)?.click();
}

function kept() {
  try {
    return localStorage.getItem(KEPT) !== "off";
  } catch {
    return true;
  }
}

function keep(on) {
  try {
    localStorage.setItem(KEPT, on ? "on" : "off");
  } catch {
    // Without storage the keys stay as they are until the page is left.
  }
  showKeys();
}

// Also after the section's words were replaced.
export function showKeys() {
  if (!section) return;
  const on = kept();
  section.querySelector("[data-keys]").checked = on;
  for (const key of section.querySelectorAll("kbd")) key.hidden = !on;
}
