import type { TimeseriesGroup, TimeseriesPoint } from '@apigate/contract';
import type { ChartColor, ChartSeries, TimePoint } from '@apigate/ui/charts/time-chart';

/** The last one, which is grey, is that of the rest. */
const colors: readonly ChartColor[] = [1, 2, 3, 4, 5];
const restColor: ChartColor = 6;
/** The first ones and the rest. */
export const groupsMax = colors.length + 1;

const seriesId = ({ id, isRest }: TimeseriesGroup) => (isRest ? 'rest' : (id ?? 'none'));

/** A series of a chart for each group. @param totalOf what stands in the legend; left out, the sum */
export function groupSeries(
  groups: readonly TimeseriesGroup[],
  totalOf?: (group: TimeseriesGroup) => number | null,
): ChartSeries[] {
  return groups.map((group, at) => ({
    id: seriesId(group),
    name: group.user === null ? group.name : `${group.name}, ${group.user.email}`,
    color: group.isRest ? restColor : (colors[at] ?? restColor),
    ...(group.isRest && { about: 'All that are not among the first five' }),
    ...(totalOf && { total: totalOf(group) }),
  }));
}

/** The points of groups as a chart takes them. */
export function groupPoints(
  groups: readonly TimeseriesGroup[],
  valueOf: (point: TimeseriesPoint) => number | null,
): TimePoint[] {
  const times = groups[0]?.data ?? [];
  return times.map(({ at }, place) => ({
    atMs: at.getTime(),
    values: Object.fromEntries(
      groups.map((group) => {
        const point = group.data[place];
        return [seriesId(group), point === undefined ? null : valueOf(point)];
      }),
    ),
  }));
}
