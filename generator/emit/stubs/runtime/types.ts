/**
 * A row as it is decoded: the columns `C` of what the API describes as `T`. Every column is there; one that the API may
 * leave out is null.
 * A union of shapes stays one, told apart by its discriminator: columns that only the others have are null.
 */
export type Row<T, C extends string, All = T> = T extends unknown
  ? { [K in keyof T as K extends C ? K : never]-?: Cell<T[K]> } & Others<
      Exclude<C, keyof T>,
      All extends unknown ? keyof All : never
    >
  : never;

type Cell<V> = undefined extends V ? Exclude<V, undefined> | null : V;
type Others<C extends string, Known> = [C] extends [never] ? unknown : { [K in C]: K extends Known ? null : unknown };

/** The chosen columns of a row; `never` of them: no rows. */
export type Only<R, C> = [C] extends [never]
  ? never
  : R extends unknown
    ? { [K in keyof R as K extends C ? K : never]: R[K] }
    : never;

/** The items of a list, or the type itself: the rows of a response. */
export type Item<T> = T extends readonly (infer E)[] ? E : T;

/** Inputs that this method does not take, or with which another method would run. */
export type Not<K extends string> = { readonly [N in K]?: never };

export interface SelectOptions<C extends string> {
  /** Default: every column that a statement can name. */
  readonly columns?: readonly C[] | undefined;
  /**
   * Rows at most. The engine reads the API's pages all the same: 20 of them, or as many as `--http.response.pageLimit`
   * says, or one where it cannot follow. The result's `mayBeCut` is set where there may be more.
   */
  readonly limit?: number | undefined;
}

export interface ReturningOptions<C extends string> {
  /** Columns of the response to return; without them the statement has no rows. */
  readonly returning?: readonly C[] | undefined;
}
