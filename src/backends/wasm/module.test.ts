import { expect, test } from 'vitest';
import wabt from 'wabt';
import { forRange, get, ifThen, repeat, sequence, set, whileLoop } from './assembler.ts';
import { atomic, drop, f32, i32, i64, memory } from './assembler-scalar.ts';
import { f32x4, i32x4, lanes, v128 } from './assembler-simd.ts';
import { disassemble } from './disassemble.ts';
import { call, getGlobal, ModuleBuilder, setGlobal } from './module.ts';

type Exports = Record<string, (...values: number[]) => number>;

function instantiate(
  builder: ModuleBuilder,
  shared = false,
): { exports: Exports; memory: WebAssembly.Memory } {
  const pages = { initial: 1, maximum: 1, shared };
  const store = new WebAssembly.Memory(pages);
  const instance = new WebAssembly.Instance(new WebAssembly.Module(builder.encode(pages)), {
    env: { memory: store },
  });
  return { exports: instance.exports as Exports, memory: store };
}

test('functions call each other, also ahead of their declaration', () => {
  const builder = new ModuleBuilder();
  const outer = builder.function('outer', ['i32'], { result: 'i32', exportName: 'outer' });
  const inner = builder.function('inner', ['i32'], { result: 'i32' });
  outer.setBody(i32.add(call<'i32'>(inner, [get(outer.param(0))]), i32.const(1)));
  inner.setBody(i32.mul(get(inner.param(0)), i32.const(-3)));
  expect(instantiate(builder).exports.outer(5)).toBe(-14);
});

test('a call with a wrong number of arguments is refused, and so is a function of another module', () => {
  const [one, other] = [new ModuleBuilder(), new ModuleBuilder()];
  const callee = other.function('callee', ['i32']);
  expect(() => call(callee, [])).toThrow('takes 1 arguments, not 0');
  one.function('caller', [], { exportName: 'caller' }).setBody(call(callee, [i32.const(1)]));
  expect(() => one.encode({ initial: 1, shared: false })).toThrow('outside its module');
});

test('loops count as stated', () => {
  const builder = new ModuleBuilder();
  const fn = builder.function('f', ['i32'], { result: 'i32', exportName: 'f' });
  const [index, sum, counter] = [fn.local('i32'), fn.local('i32'), fn.local('i32')];
  const bump = (by: number): ReturnType<typeof set> => set(sum, i32.add(get(sum), i32.const(by)));
  fn.setBody([
    forRange(index, i32.const(0), get(fn.param(0)), bump(1), 2),
    repeat(counter, i32.const(3), bump(100)),
    set(index, i32.const(2)),
    whileLoop(get(index), [bump(1000), set(index, i32.sub(get(index), i32.const(1)))]),
    ifThen(i32.eqz(get(fn.param(0))), bump(10000), bump(20000)),
    get(sum),
  ]);
  const { f } = instantiate(builder).exports;
  expect(f(0)).toBe(12300);
  expect(f(5)).toBe(22303);
});

test('globals, memory ranges and atomics', () => {
  const builder = new ModuleBuilder();
  const total = builder.global('i32', -70000, 'total');
  const fn = builder.function('f', [], { result: 'i32', exportName: 'f' });
  fn.setBody([
    setGlobal(total, i32.add(getGlobal(total), i32.const(1))),
    memory.fill(i32.const(16), i32.const(1), i32.const(8)),
    memory.copy(i32.const(32), i32.const(16), i32.const(4)),
    drop(atomic.add(i32.const(32), i32.const(1))),
    drop(atomic.compareExchange(i32.const(32), i32.const(0x01010102), i32.const(7))),
    drop(atomic.notify(i32.const(32), i32.const(1))),
    atomic.fence(),
    i32.add(atomic.load(i32.const(32)), getGlobal(total)),
  ]);
  expect(instantiate(builder, true).exports.f()).toBe(7 - 69999);
});

test('every kind of instruction is valid for wabt and can be printed', async () => {
  const builder = new ModuleBuilder();
  const callee = builder.function('callee', ['i32']);
  const fn = builder.function('all', ['i32'], { exportName: 'all' });
  const [v, address] = [fn.local('v128'), get(fn.param(0))];
  const x = get(v);
  const values = [
    f32x4.const(-1.5),
    f32x4.lanes([1, 2, 3, 4]),
    i32x4.const(-2),
    f32x4.splat(f32.const(0.1)),
    v128.bitselect(x, x, f32x4.lt(x, x)),
    v128.load32Lane(address, v128.load64Zero(address, 300), 8, 2),
    v128.load8Lane(address, v128.load8Splat(address), 1, 3),
    lanes.shuffle32(lanes.multiplyLow(x, x), lanes.multiplyHigh(x, x), [1, 3, 5, 7]),
    f32x4.fromInt(i32x4.extendLow16(lanes.extendLow8(x))),
    lanes.narrow16Unsigned(lanes.narrow32(i32x4.truncSat(x), x), x),
    i32x4.shl(x, i32.const(3)),
  ];
  fn.setBody(
    sequence(
      ...values.map((value) => set(v, value)),
      v128.store(address, x, 70000),
      v128.store64Lane(address, x, 4, 1),
      i64.store(address, i64.extend(i32.load16(address, 2))),
      drop(i32x4.bitmask(x)),
      repeat(fn.local('i32'), i32.const(2), call(callee, [i32x4.extractLane(x, 1)])),
    ),
  );
  const bytes = builder.encode({ initial: 2, maximum: 4, shared: false });
  const tool = await wabt();
  const parsed = tool.readWasm(bytes, { threads: true, simd: true });
  parsed.validate();
  parsed.destroy();
  const text = disassemble(bytes, ['callee', 'all']);
  expect(text).toContain('(func 1 ;; all');
  expect(text).toContain('v128.load32_lane offset=8 lane=2');
  expect(text).toContain('v128.store offset=70000');
  expect(text).toMatch(/ {2}loop\n {4}local.get 1\n {4}i32x4.extract_lane 1\n {4}call 0\n/);
});
