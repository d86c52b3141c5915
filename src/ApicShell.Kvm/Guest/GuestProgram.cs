using System.Collections.Generic;

namespace ApicShell.Kvm.Guest;

/// <summary>One thing the guest can do between two exits.</summary>
internal enum Routine : byte
{
    /// <summary>Nothing.</summary>
    Nothing,

    /// <summary>RDMSR of ECX to EDX:EAX.</summary>
    ReadMsr,

    /// <summary>WRMSR of EDX:EAX to ECX.</summary>
    WriteMsr,

    /// <summary>One to eight bytes at RBX to RAX: the sizes follow each other.</summary>
    Load1,
    Load2,
    Load4,
    Load8,

    /// <summary>One to eight bytes of RAX to RBX.</summary>
    Store1,
    Store2,
    Store4,
    Store8,

    /// <summary>RAX to CR8.</summary>
    WriteCr8,

    /// <summary>RAX and RCX to the two page table entries at RBX, which are those of the two pages at RDX.</summary>
    MapWindow,
}

/// <summary>
/// What the guest is: for each routine the one instruction it is there for, and an OUT. The host sets the registers before each, by which the guest
/// needs no instruction more: on some hosts KVM emulates its every one.
/// </summary>
internal static class GuestProgram
{
    /// <summary>The port of a routine that is done.</summary>
    public const byte DonePort = 0xE0;

    /// <summary>The port of the reset vector: INIT came to a bootstrap processor.</summary>
    public const byte ResetPort = 0xE1;

    /// <summary>The port of the stubs: an exception.</summary>
    public const byte ExceptionPort = 0xE2;

    /// <summary>Bytes from one stub to the next: by the stub that RIP is in, the host knows the vector.</summary>
    public const int StubSize = 16;

    private const int VectorCount = 256;

    private static readonly (byte[] Code, int[] Offsets) s_routines = AssembleRoutines();

    /// <summary>The routines.</summary>
    public static byte[] Routines => s_routines.Code;

    /// <summary>A stub for each vector. None goes back: the host sets RIP and RSP anew.</summary>
    public static byte[] Stubs { get; } = Repeated(VectorCount, ExceptionPort);

    /// <summary>What stands at the reset vector.</summary>
    public static byte[] ResetVector { get; } = Repeated(1, ResetPort);

    /// <summary>Where a routine begins, from the beginning of the routines.</summary>
    public static int OffsetOf(Routine routine) => s_routines.Offsets[(int)routine];

    private static (byte[] Code, int[] Offsets) AssembleRoutines()
    {
        var code = new GuestAssembler();
        List<int> offsets = [];
        foreach (Routine routine in System.Enum.GetValues<Routine>())
        {
            offsets.Add(code.Position);
            Assemble(code, routine).Out(DonePort).Align(StubSize);
        }

        return (code.ToArray(), [.. offsets]);
    }

    private static GuestAssembler Assemble(GuestAssembler code, Routine routine) => routine switch
    {
        Routine.ReadMsr => code.ReadMsr(),
        Routine.WriteMsr => code.WriteMsr(),
        >= Routine.Load1 and <= Routine.Load8 => code.Load(1 << (routine - Routine.Load1)),
        >= Routine.Store1 and <= Routine.Store8 => code.Store(1 << (routine - Routine.Store1)),
        Routine.WriteCr8 => code.WriteCr8(),

        // The guest writes them itself: where KVM shadows page tables, it does not see what the host writes there.
        Routine.MapWindow => code.Store(8).StoreRcxBehind().InvalidatePage(0).InvalidatePage(GuestMemory.PageSize),
        _ => code,
    };

    private static byte[] Repeated(int count, byte port)
    {
        var code = new GuestAssembler();
        for (int i = 0; i < count; i++)
        {
            code.Out(port).Align(StubSize);
        }

        return code.ToArray();
    }
}
