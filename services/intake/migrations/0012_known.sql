-- What is known of a provider already is not asked again: the newest of these is found by the provider.
CREATE INDEX journal_known ON journal(key, type, position)
  WHERE type IN ('careledger.returns.submitted.v1', 'careledger.registry.manager.changed.v1');
