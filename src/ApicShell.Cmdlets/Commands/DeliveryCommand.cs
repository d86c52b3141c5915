using System.ComponentModel;
using ApicShell.Architecture;
using ApicShell.Arguments;
using ApicShell.Errors;
using ApicShell.State;

namespace ApicShell.Commands;

/// <summary>A command that sends interrupts and says who got each.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class DeliveryCommand : ApicCommand
{
    private const int VectorBits = 8;

    /// <summary>What becomes of the message that is being sent.</summary>
    private protected DeliveryRecorder Recorder { get; } = new();

    /// <summary>The vectors that were given; one 0 where the mode needs none.</summary>
    private protected static byte[] VectorsOf(NumberArgument[]? given, DeliveryMode mode)
    {
        if (given is null)
        {
            return mode is DeliveryMode.Nmi or DeliveryMode.Smi or DeliveryMode.Init ? [0] : throw ApicErrors.VectorMissing(mode);
        }

        byte[] vectors = new byte[given.Length];
        for (int i = 0; i < given.Length; i++)
        {
            vectors[i] = (byte)given[i].ToUInt64(VectorBits);
        }

        return vectors;
    }

    /// <summary>An interrupt in a few words, for -WhatIf.</summary>
    private protected static string Name(DeliveryMode mode, byte vector) =>
        mode is DeliveryMode.Nmi or DeliveryMode.Smi or DeliveryMode.Init ? $"{mode}" : $"{mode} 0x{vector:X2}";
}
