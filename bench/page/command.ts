import { parseArgs } from 'node:util';
import { drawDigit, hands } from '../../tests/page/draw.ts';
import { openSite, type Site, textOf, untilStatus, visit } from '../../tests/page/site.ts';
import { orHelp, positive } from '../arguments.ts';
import { machine } from '../machine.ts';
import { type Frames, frameLines, goodFrame, quantile } from './frames.ts';

const help = `npm run bench -- --page [--seconds N] [--threads N] [--plain]
Frames of the page of examples/web in Chromium: at rest, while it trains, and while it trains and somebody draws. The
aim is 95 of 100 frames under ${goodFrame} ms while it trains; the command ends with 1 where that is missed.

  --seconds N   of each (default 8)
  --threads N   that train (default: all cores)
  --plain       without the headers for shared memory: one thread
`;

interface Request {
  readonly seconds: number;
  readonly threads: number | undefined;
  readonly plain: boolean;
}

/** The command `--page`. */
export async function showPage(args: readonly string[]): Promise<number> {
  let site: Site | undefined;
  try {
    return await orHelp(help, async () => {
      const { values } = parseArgs({
        args: [...args],
        options: {
          page: { type: 'boolean' },
          seconds: { type: 'string', default: '8' },
          threads: { type: 'string' },
          plain: { type: 'boolean', default: false },
          help: { type: 'boolean', default: false },
        },
      });
      if (values.help) {
        console.log(help);
        return 0;
      }
      const seconds = positive(values.seconds, '--seconds');
      const threads = values.threads === undefined ? undefined : positive(values.threads, '--threads');
      site = await openSite();
      return await measure(site, { seconds, threads, plain: values.plain });
    });
  } finally {
    await site?.close();
  }
}

async function measure(site: Site, { seconds, threads, plain }: Request): Promise<number> {
  const { processor, cores, load } = machine();
  const query = `?epochs=1000${threads === undefined ? '' : `&threads=${threads}`}`;
  const visitor = await visit(site, (plain ? site.plain : site.isolated) + query);
  const { page } = visitor;
  /** Frames from now on, until the work is done. */
  const framesOf = async (label: string, work: () => Promise<void>): Promise<Frames> => {
    const before = await page.evaluate(() => window.watched.frames.length);
    await work();
    const times = await page.evaluate(
      (from) => window.watched.frames.slice(from).map(({ ms }) => ms),
      before,
    );
    return { label, times };
  };
  const rest = (): Promise<void> => page.waitForTimeout(1000 * seconds);
  const draw = async (): Promise<void> => {
    const end = performance.now() + 1000 * seconds;
    for (let digit = 0; performance.now() < end; digit = (digit + 1) % 10)
      await drawDigit(page, hands.thin!, digit, 'mouse');
  };
  const rows = [await framesOf('at rest', rest)];
  await page.click('#run');
  await untilStatus(page, 'training');
  await page.waitForFunction(() => document.querySelector('progress')!.value > 0);
  rows.push(await framesOf('training', rest));
  rows.push(await framesOf('training and drawing', draw));
  console.log(`${processor}, ${cores} cores, load ${load}; Chromium ${site.browser.version()}`);
  console.log(`${await textOf(page, 'machine')} ${await textOf(page, 'speed')} images a second\n`);
  console.log(frameLines(rows).join('\n'));
  await visitor.close();
  return quantile(rows[1]!.times, 0.95) < goodFrame ? 0 : 1;
}
