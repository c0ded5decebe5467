/** Solves A x = b by elimination with partial pivoting. A is square and small; throws RangeError when it is singular. */
export function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i]!])
  const size = rows.length
  for (let column = 0; column < size; column++) {
    const pivot = pivotRow(rows, column)
    ;[rows[column], rows[pivot]] = [rows[pivot]!, rows[column]!]
    const top = rows[column]!
    if (top[column] === 0) throw new RangeError('the matrix is singular')
    for (let row = column + 1; row < size; row++) eliminate(rows[row]!, top, column)
  }
  return backSubstitute(rows)
}

function pivotRow(rows: readonly (readonly number[])[], column: number): number {
  let best = column
  for (let row = column + 1; row < rows.length; row++) {
    if (Math.abs(rows[row]![column]!) > Math.abs(rows[best]![column]!)) best = row
  }
  return best
}

function eliminate(row: number[], top: readonly number[], column: number): void {
  const factor = row[column]! / top[column]!
  for (let at = column; at < row.length; at++) row[at]! -= factor * top[at]!
}

function backSubstitute(rows: readonly (readonly number[])[]): number[] {
  const size = rows.length
  const x = new Array<number>(size).fill(0)
  for (let row = size - 1; row >= 0; row--) {
    const known = x.reduce((sum, each, column) => (column > row ? sum + rows[row]![column]! * each : sum), 0)
    x[row] = (rows[row]![size]! - known) / rows[row]![row]!
  }
  return x
}
