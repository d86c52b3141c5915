using System;

namespace ApicShell.Host;

/// <summary>What a line editor needs of a terminal: keys in, text with escape sequences out, and its width.</summary>
internal interface ILineTerminal
{
    int Width { get; }

    ConsoleKeyInfo ReadKey();

    void Write(string text);
}
