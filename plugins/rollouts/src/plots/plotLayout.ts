/** Where everything stands in the picture, in pixels. */
export interface PlotLayout {
  width: number;
  height: number;
  left: number;
  right: number;
  /** Space above each plot for its title, where titles do not stand beside it. */
  titleHeight: number;
  weightTop: number;
  weightBottom: number;
  laneY: number;
  /** Top of each check's plot. */
  checkTops: number[];
  checkHeight: number;
  bottom: number;
}

const LEFT = 62;
const RIGHT = 8;
const WEIGHT_HEIGHT = 76;
const LANE_BELOW = 22;
const FIRST_CHECK_BELOW = 42;
const CHECK_HEIGHT = 88;
const CHECK_GAP = 32;
const AXIS_HEIGHT = 28;
const TITLE_HEIGHT = 22;

/** @param isNarrow whether the titles stand above their plots instead of beside them */
export function plotLayout(width: number, checks: number, isNarrow: boolean): PlotLayout {
  const titleHeight = isNarrow ? TITLE_HEIGHT : 0;
  const weightTop = 22 + titleHeight;
  const weightBottom = weightTop + WEIGHT_HEIGHT;
  const laneY = weightBottom + LANE_BELOW;
  const firstCheck = laneY + FIRST_CHECK_BELOW + titleHeight;
  const checkTops = Array.from({ length: checks }, (_, index) => firstCheck + index * (CHECK_HEIGHT + CHECK_GAP + titleHeight));
  const bottom = checks === 0 ? laneY + 14 : checkTops[checks - 1] + CHECK_HEIGHT;
  return {
    width,
    height: bottom + AXIS_HEIGHT,
    left: LEFT,
    right: Math.max(LEFT + 40, width - RIGHT),
    titleHeight,
    weightTop,
    weightBottom,
    laneY,
    checkTops,
    checkHeight: CHECK_HEIGHT,
    bottom,
  };
}
