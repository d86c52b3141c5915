using ApicShell.Engine;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace ApicShell.Tests.Engine;

/// <summary>xunit as it is. It is made before xunit looks at the first test class, and some of these name types of the engine.</summary>
public sealed class EngineTestFramework : XunitTestFramework
{
    public EngineTestFramework(IMessageSink messageSink)
        : base(messageSink) => EngineFolder.Use(EngineFolder.Built);
}
