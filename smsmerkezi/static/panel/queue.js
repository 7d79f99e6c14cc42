// A queue on one page after another: j goes to the next one, k to the one before.
const WAYS = { j: "next", k: "prev" };

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, [contenteditable]")) return;
  const way = WAYS[event.key];
  const link = way && document.querySelector(`a[data-queue][rel="${way}"]`);
  if (!link) return;
  event.preventDefault();
  link.click();
});
