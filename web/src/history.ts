// Undo and redo for immutable values.

export interface Stored<T> { values: T[]; at: number }

export class History<T> {
  private values: T[];
  private at: number;

  constructor(stored: Stored<T>, private readonly most = 50) {
    this.values = stored.values;
    this.at = stored.at;
  }

  get now(): T {
    return this.values[this.at];
  }

  get stored(): Stored<T> {
    return { values: this.values, at: this.at };
  }

  get canUndo(): boolean {
    return this.at > 0;
  }

  get canRedo(): boolean {
    return this.at < this.values.length - 1;
  }

  add(value: T): void {
    if (JSON.stringify(value) === JSON.stringify(this.now)) return;
    this.values = [...this.values.slice(0, this.at + 1), value].slice(-this.most);
    this.at = this.values.length - 1;
  }

  undo(): T {
    this.at = Math.max(0, this.at - 1);
    return this.now;
  }

  redo(): T {
    this.at = Math.min(this.values.length - 1, this.at + 1);
    return this.now;
  }
}
