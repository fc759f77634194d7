import type { Pipeline } from '../../contract/operator/pipelines.ts'
import { pipelines } from '../../domain/pipelines.ts'
import type { PipelineState } from '../../storage/pipeline-cursors.ts'

export function pipelineJson({ pipeline, running, startedAt, endedAt, problem, cursors }: PipelineState): Pipeline {
  return {
    ...{ pipeline, running, problem, cursors },
    label: pipelines.find(({ key }) => key === pipeline)?.label ?? pipeline,
    startedAt: startedAt?.toISOString() ?? null,
    endedAt: endedAt?.toISOString() ?? null,
  }
}
