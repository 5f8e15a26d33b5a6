import { serveReading } from './reader.ts';
import { serveTraining } from './trainer.ts';

// Both workers run the same file, so that the page loads the library once.
if ((globalThis as { name?: string }).name === 'trainer') serveTraining();
else serveReading();
