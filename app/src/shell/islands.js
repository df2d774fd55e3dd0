const islands = document.querySelectorAll('leptos-island');
const takeOver = async (wasm) => {
  const pantry = await import('/pkg/pantry.js');
  await pantry.default({ module_or_path: wasm });
  pantry.hydrate();
  for (const island of islands) await pantry[island.dataset.component](island);
  document.body.dataset.hydrated = '';
};
if (islands.length) takeOver(fetch('/pkg/pantry.wasm'));
else document.body.dataset.hydrated = '';
