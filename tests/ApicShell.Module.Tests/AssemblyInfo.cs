using Xunit;

[assembly: TestFramework("ApicShell.Tests.Engine.EngineTestFramework", "ApicShell.Module.Tests")]

// The engine's default runspace is the state of a thread, and so are the machines of the module.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
