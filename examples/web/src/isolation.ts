import { element } from './elements.ts';
import type { Machine } from './messages.ts';

/** Says how many threads train and why, and offers more where a service worker can give them. */
export function showMachine({ threads, sharedMemory }: Machine): void {
  const count = `${threads} thread${threads === 1 ? '' : 's'}`;
  element('machine').textContent = sharedMemory
    ? `${count} with shared memory.`
    : `${count}: the server of this page does not send the headers that shared memory needs. The result is the same, later.`;
  const button = element<HTMLButtonElement>('isolate');
  button.hidden = sharedMemory || !('serviceWorker' in navigator) || navigator.hardwareConcurrency < 2;
  button.onclick = async () => {
    button.disabled = true;
    await navigator.serviceWorker.register(new URL('isolation-worker.js', document.baseURI));
    await navigator.serviceWorker.ready;
    location.reload();
  };
}
