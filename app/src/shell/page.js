document.querySelector('.theme-switch').addEventListener('submit', (event) => {
  event.preventDefault();
  const { value, dataset } = event.submitter;
  document.documentElement.dataset.theme = value;
  document.cookie = dataset.cookie;
  event.target.querySelector(`button:not([value="${value}"])`).focus();
});
document.querySelector('[data-print]')?.addEventListener('click', () => print());
const stale = document.querySelector('[data-refresh-seconds]');
const isCurrent = () => islands.length && 'hydrated' in document.body.dataset;
const answered = () => fetch(location, { method: 'HEAD' }).then((head) => head.text());
const loadAgain = () => isCurrent() || answered().then(() => location.reload(), wait);
const wait = () => setTimeout(loadAgain, stale.dataset.refreshSeconds * 1000);
if (stale) wait();
