import { classNames } from './class-names.ts';
import styles from './skeleton.module.css';

export interface SkeletonProps {
  /** The length of the text to come, in characters. */
  chars?: number;
  /** The height of a block to come, in pixels; without it, one line of text. */
  heightPx?: number;
}

/** Holds the place of something that is on its way, at its exact height. */
export function Skeleton({ chars, heightPx }: SkeletonProps) {
  return (
    <span
      aria-hidden
      data-skeleton
      className={classNames(styles.skeleton, heightPx === undefined && styles.text)}
      style={{ width: chars === undefined ? '100%' : `${chars}ch`, height: heightPx }}
    />
  );
}
