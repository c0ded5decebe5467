/** Spans over OTLP. The exporter, the sampler and the resource follow OpenTelemetry's own environment variables. */
import { trace } from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources'
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node'
import { spanTelemetry } from './spans.js'
import type { Telemetry, TelemetryOptions } from './telemetry.js'

/** Registers OpenTelemetry for this process. Spans are sent in batches, in the background. */
export function exportSpans({ version, providerOf }: Pick<TelemetryOptions, 'version' | 'providerOf'>): Telemetry {
  const own = resourceFromAttributes({ 'service.name': 'qualm', 'service.version': version })
  const given = detectResources({ detectors: [envDetector] })
  const provider = new NodeTracerProvider({
    resource: defaultResource().merge(own).merge(given),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())]
  })
  provider.register()
  const close = (): Promise<void> => provider.shutdown().catch(() => undefined)
  return spanTelemetry(trace.getTracer('qualm', version), providerOf, close)
}
