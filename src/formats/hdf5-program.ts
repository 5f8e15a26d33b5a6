import type { Hdf5Attribute, Hdf5Reply, Hdf5Request } from './hdf5-content.ts';
import type { StoredArray, StoredData, StoredDtype } from './stored-array.ts';

/** The module of h5wasm. */
export type Hdf5Library = typeof import('h5wasm');

/** Most bytes that the arrays of a file may have: 4 MiB and 512 times the file. Sent to workers as text. */
export function unpackedLimit(bytes: number, maxBytes: number): number {
  return Math.min(maxBytes, 2 ** 22 + bytes * 512);
}

/**
 * Does one request with h5wasm's file system in memory. This function is also sent to workers as text, so it refers
 * to nothing outside itself but `unpackedLimit` and what every JavaScript engine has.
 *
 * What a file states is checked before memory is taken for it: depth, number of objects, element types, and sizes,
 * which may not exceed what the compression of HDF5 could make of the file. Links to other files and virtual data
 * sets are refused.
 */
export function runHdf5(library: Hdf5Library, request: Hdf5Request): Hdf5Reply {
  const mostDepth = 32;
  const mostAttributeBytes = 2 ** 20;
  const path = '/file.h5';
  const h5 = library.Module;
  const fileSystem = library.FS!;
  class Problem extends Error {}
  function fail(problem: string): never {
    throw new Problem(problem);
  }

  const join = (parent: string, name: string): string => (parent === '' ? name : `${parent}/${name}`);

  function dtypeOf(metadata: (typeof library.Dataset)['prototype']['metadata'], where: string): StoredDtype {
    const { type, size, signed } = metadata;
    const classes = h5.H5T_class_t;
    if (type === classes.H5T_FLOAT.value) {
      if (size === 2 || size === 4 || size === 8) return `f${size * 8}` as StoredDtype;
    } else if (type === classes.H5T_INTEGER.value) {
      if (size === 1 || size === 2 || size === 4 || size === 8)
        return `${signed ? 'i' : 'u'}${size * 8}` as StoredDtype;
    } else if (type === classes.H5T_ENUM.value && size === 1) {
      const members = metadata.enum_type?.members ?? {};
      if (Object.keys(members).length === 2 && members.FALSE === 0 && members.TRUE === 1) return 'bool';
    }
    return fail(`"${where}" has an element type that is not supported`);
  }

  function makeData(dtype: StoredDtype, bytes: Uint8Array<ArrayBuffer>): StoredData {
    switch (dtype) {
      case 'f32':
        return new Float32Array(bytes.buffer);
      case 'f64':
        return new Float64Array(bytes.buffer);
      case 'i8':
        return new Int8Array(bytes.buffer);
      case 'i16':
        return new Int16Array(bytes.buffer);
      case 'i32':
        return new Int32Array(bytes.buffer);
      case 'i64':
        return new BigInt64Array(bytes.buffer);
      case 'u32':
        return new Uint32Array(bytes.buffer);
      case 'u64':
        return new BigUint64Array(bytes.buffer);
      case 'u16':
      case 'f16':
        return new Uint16Array(bytes.buffer);
      default:
        return bytes;
    }
  }

  function read(bytes: Uint8Array, maxBytes: number, maxObjects: number): Hdf5Reply {
    const arrays = new Map<string, StoredArray>();
    const groups = new Set<string>();
    const attributes = new Map<string, Map<string, Hdf5Attribute>>();
    const believable = unpackedLimit(bytes.length, maxBytes);
    let remaining = believable;
    let objects = 0;
    fileSystem.writeFile(path, bytes);
    const file = new library.File(path, 'r');
    if (file.file_id < 0n) fail('it is no HDF5 file, or it is truncated');

    const readAttributes = (
      entity: InstanceType<typeof library.Group | typeof library.Dataset>,
      where: string,
    ): void => {
      const found = new Map<string, Hdf5Attribute>();
      for (const [name, attribute] of Object.entries(entity.attrs)) {
        const { metadata } = attribute;
        const { type, total_size, size } = metadata;
        const classes = h5.H5T_class_t;
        const isText = type === classes.H5T_STRING.value;
        const isNumber =
          type === classes.H5T_INTEGER.value || (type === classes.H5T_FLOAT.value && size >= 4);
        if ((!isText && !isNumber) || metadata.shape === null || !metadata.littleEndian) continue;
        if (!(total_size * size <= mostAttributeBytes))
          fail(`attribute "${name}" of "${where}" is too large`);
        const value = attribute.json_value;
        if (value !== null) found.set(name, value as Hdf5Attribute);
      }
      if (found.size > 0) attributes.set(where, found);
    };

    const readDataset = (dataset: InstanceType<typeof library.Dataset>, where: string): void => {
      const { metadata } = dataset;
      const { shape, size, total_size, virtual_sources } = metadata;
      const dtype = dtypeOf(metadata, where);
      if (!shape) fail(`"${where}" has no shape`);
      if (virtual_sources?.length) fail(`"${where}" lies in other files`);
      if (!metadata.littleEndian) fail(`"${where}" is big-endian, which is not supported`);
      const elements = shape.reduce((product, extent) => product * extent, 1);
      if (!(elements === total_size && elements * size <= remaining))
        fail(
          `"${where}" of shape [${shape.join(', ')}] needs more than the limit of ${believable} bytes in all`,
        );
      remaining -= elements * size;
      const byteLength = elements * size;
      const pointer = h5._malloc(Math.max(byteLength, 1));
      if (pointer === 0) fail(`"${where}" needs more memory than there is`);
      try {
        h5.HEAPU8.fill(0, pointer, pointer + byteLength);
        const status = h5.get_dataset_data(file.file_id, dataset.path, null, null, null, BigInt(pointer));
        if (status < 0) fail(`the data of "${where}" are damaged`);
        const copy = new Uint8Array(byteLength);
        copy.set(h5.HEAPU8.subarray(pointer, pointer + byteLength));
        arrays.set(where, { dtype, shape: [...shape], data: makeData(dtype, copy) });
      } finally {
        h5._free(pointer);
      }
    };

    const readGroup = (group: InstanceType<typeof library.Group>, where: string, depth: number): void => {
      if (depth > mostDepth) fail(`its groups are nested more than ${mostDepth} deep`);
      readAttributes(group, where);
      for (const name of group.keys()) {
        if (++objects > maxObjects) fail(`it has more objects than the limit of ${maxObjects}`);
        const child = join(where, name);
        const entity = name === '' || name === '.' || name.includes('/') ? null : group.get(name);
        if (entity instanceof library.Group) {
          groups.add(child);
          readGroup(entity, child, depth + 1);
        } else if (entity instanceof library.Dataset) {
          readAttributes(entity, child);
          readDataset(entity, child);
        } else fail(`"${child}" is neither a group nor a data set of this file`);
      }
    };

    try {
      readGroup(file, '', 0);
    } finally {
      file.close();
      fileSystem.unlink(path);
    }
    return { kind: 'read', content: { arrays, groups, attributes } };
  }

  /** HDF5 notes when it makes an object: equal contents would give other bytes a second later. */
  function atFixedTime<T>(work: () => T): T {
    const { now } = Date;
    Date.now = () => 315_532_800_000;
    try {
      return work();
    } finally {
      Date.now = now;
    }
  }

  function write({
    arrays,
    groups,
    attributes,
  }: Extract<Hdf5Request, { kind: 'write' }>['content']): Hdf5Reply {
    const codes: Partial<Record<StoredDtype, string>> = {
      f32: '<f',
      f64: '<d',
      i8: '<b',
      i16: '<h',
      i32: '<i',
      i64: '<q',
      u8: '<B',
      u16: '<H',
      u32: '<I',
      u64: '<Q',
    };
    const file = new library.File(path, 'w');
    if (file.file_id < 0n) fail('the HDF5 library cannot make a file');
    const made = new Set(['']);
    const makeGroup = (where: string): void => {
      if (made.has(where)) return;
      const cut = where.lastIndexOf('/');
      makeGroup(where.slice(0, Math.max(cut, 0)));
      if (file.create_group(where) === null) fail(`the HDF5 library cannot make the group "${where}"`);
      made.add(where);
    };
    try {
      for (const where of groups) makeGroup(where);
      for (const [where, { dtype, shape, data }] of arrays) {
        const code = codes[dtype];
        if (code === undefined)
          fail(`"${where}" has the element type ${dtype}, which is not written to HDF5`);
        makeGroup(where.slice(0, Math.max(where.lastIndexOf('/'), 0)));
        const dataset = file.create_dataset({ name: where, data, shape: [...shape], dtype: code });
        if (dataset === null) fail(`the HDF5 library cannot make the data set "${where}"`);
        made.add(where);
      }
      for (const [where, values] of attributes) {
        if (!arrays.has(where)) makeGroup(where);
        const entity = where === '' ? file : file.get(where);
        if (!(entity instanceof library.Group || entity instanceof library.Dataset))
          return fail(`attributes are given for "${where}", which does not exist`);
        for (const [name, value] of values)
          entity.create_attribute(
            name,
            value as string | number | string[] | number[],
            Array.isArray(value) ? [value.length] : [],
          );
      }
    } finally {
      file.close();
    }
    const bytes = fileSystem.readFile(path) as Uint8Array;
    fileSystem.unlink(path);
    return { kind: 'written', bytes };
  }

  try {
    if (request.kind === 'write') return atFixedTime(() => write(request.content));
    return read(request.bytes, request.limits.maxBytes, request.limits.maxObjects);
  } catch (error) {
    if (error instanceof Problem)
      return { kind: 'problem', problem: error.message.slice(0, 300), broken: false };
    const detail = error instanceof Error ? error.message : String(error);
    // Traps and exceptions of C++ leave the library in the middle of something; what it reports itself does not.
    const broken = !(error instanceof Error) || error.constructor !== Error || /abort/i.test(detail);
    return { kind: 'problem', problem: `the HDF5 library failed (${detail.slice(0, 200)})`, broken };
  }
}
