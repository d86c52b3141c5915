using System;
using System.Collections.Generic;
using ApicShell.Architecture;
using ApicShell.Emulation;

namespace ApicShell;

/// <summary>Where machines are made and used one after the other, by scripts and campaigns.</summary>
internal interface IMachinePlace : IDisposable
{
    /// <summary>What they run on.</summary>
    string Description { get; }

    /// <summary>Makes one.</summary>
    IMachine Make(ApicTraits traits, IReadOnlyList<uint> apicIds);

    /// <summary>Does what uses them, where that is quickest.</summary>
    void Run(Action action);
}

/// <summary>Machines of the emulator.</summary>
internal sealed class EmulatorPlace : IMachinePlace
{
    public string Description => "the emulator";

    public IMachine Make(ApicTraits traits, IReadOnlyList<uint> apicIds) => new Machine(traits, new NativePlatform(), apicIds);

    public void Run(Action action) => action();

    public void Dispose()
    {
    }
}
