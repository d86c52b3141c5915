namespace ApicShell.Firmware;

/// <summary>The command of a script that sets a knob of a design.</summary>
public enum ScriptPlace : byte
{
    /// <summary>None: accesses and other commands of the script do what the knob does, or nothing does it at a machine.</summary>
    None,

    /// <summary>The one that makes the machine.</summary>
    Machine,

    /// <summary>The one that switches Alternate Injection on.</summary>
    Activation,
}
