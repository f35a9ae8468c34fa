// Other posters on the wall without leaving the page: the same link, the same page, only the wall swapped.

const section = document.getElementById("wall");
const link = section?.querySelector("[data-reshuffle]");

link?.addEventListener("click", (event) => {
  const elsewhere = event.button || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey;
  if (elsewhere) return;
  event.preventDefault();
  reshuffle();
});

async function reshuffle() {
  const posters = section.querySelector(".wall");
  if (posters.getAttribute("aria-busy") === "true") return;
  posters.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(link.href);
    if (!answer.ok) throw new Error(answer.statusText);
    const there = new DOMParser().parseFromString(await answer.text(), "text/html");
    posters.replaceChildren(...there.querySelectorAll("#wall .wall > li"));
    // Coming back, or loading again, shows the wall that was left.
    history.replaceState(history.state, "", link.href.replace(/#.*/, ""));
    link.href = there.querySelector("[data-reshuffle]").getAttribute("href");
    say(section.dataset.sayOthers.replace("{count}", posters.children.length));
  } catch {
    say(section.dataset.sayLost);
  } finally {
    posters.removeAttribute("aria-busy");
  }
}

function say(sentence) {
  section.querySelector("[role=status]").textContent = sentence;
}
