export * from './zoo/index.ts';
