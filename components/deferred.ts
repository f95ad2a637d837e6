/** What is known later. */
export class Deferred<T> {
    readonly promise: Promise<T>;
    /** Says it; the first time counts. */
    settle: (value: T | Promise<T>) => void = () => undefined;

    constructor() {
        this.promise = new Promise((settle) => (this.settle = settle));
    }
}
