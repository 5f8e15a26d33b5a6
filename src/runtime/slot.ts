export { reservedBytes, slotHeaderBytes, slotWord } from '../ir/slot.ts';
