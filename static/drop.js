// Files dropped anywhere on the page go to `take`; the page's own pictures do not.

export function acceptDrops(take) {
  const veil = document.querySelector(".dropping");
  let own = false; // a picture of this page is being dragged: that is no upload
  let depth = 0;
  const brings = (event) => !own && event.dataTransfer?.types.includes("Files");
  document.addEventListener("dragstart", () => (own = true));
  document.addEventListener("dragend", () => (own = false));
  document.addEventListener("dragenter", (event) => {
    if (!brings(event)) return;
    depth += 1;
    veil.hidden = false;
  });
  document.addEventListener("dragleave", (event) => {
    if (!brings(event)) return;
    depth = Math.max(0, depth - 1);
    veil.hidden = depth === 0;
  });
  document.addEventListener("dragover", (event) => {
    if (!brings(event)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
  });
  document.addEventListener("drop", (event) => {
    if (!brings(event)) return;
    event.preventDefault();
    depth = 0;
    veil.hidden = true;
    if (event.dataTransfer.files.length) take(event.dataTransfer.files);
  });
}
