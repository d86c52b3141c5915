using System.Text.Json;

namespace ApicShell.Serialization;

/// <summary>What reads and writes a value that has no parts.</summary>
internal interface ILeaf
{
    /// <summary>What is allowed in the place of a value; null where it is allowed itself.</summary>
    string? Refusal(JsonElement value);
}
