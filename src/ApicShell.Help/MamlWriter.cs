using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Xml;

namespace ApicShell.Help;

/// <summary>
/// Writes joined help as the MAML that Get-Help reads: the same bytes for the same help, UTF-8 without a byte order mark, lines ended by
/// line feeds alone.
/// </summary>
internal sealed class MamlWriter : IDisposable
{
    private const string HelpSpace = "http://msh";
    private const string MamlSpace = "http://schemas.microsoft.com/maml/2004/10";
    private const string CommandSpace = "http://schemas.microsoft.com/maml/dev/command/2004/10";
    private const string DevSpace = "http://schemas.microsoft.com/maml/dev/2004/10";

    /// <summary>A syntax line spells out this many values; above that it names the type, and only the text lists them.</summary>
    private const int ValuesInSyntax = 12;

    private readonly XmlWriter _xml;

    private MamlWriter(StringBuilder text) => _xml = XmlWriter.Create(text, new XmlWriterSettings
    {
        Indent = true,
        NewLineChars = "\n",
        NewLineHandling = NewLineHandling.None,
        OmitXmlDeclaration = true,
    });

    internal static byte[] Write(IEnumerable<CommandHelp> commands)
    {
        var text = new StringBuilder("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
        using (var writer = new MamlWriter(text))
        {
            writer._xml.WriteStartElement("helpItems", HelpSpace);
            writer._xml.WriteAttributeString("schema", "maml");
            foreach (CommandHelp command in commands.OrderBy(command => command.Command.Name, StringComparer.Ordinal))
            {
                writer.WriteCommand(command);
            }

            writer._xml.WriteEndElement();
        }
        return new UTF8Encoding(encoderShouldEmitUTF8Identifier: false).GetBytes(text.Append('\n').ToString());
    }

    public void Dispose() => _xml.Dispose();

    private void WriteCommand(CommandHelp help)
    {
        _xml.WriteStartElement("command", "command", CommandSpace);
        _xml.WriteAttributeString("xmlns", "maml", null, MamlSpace);
        _xml.WriteAttributeString("xmlns", "dev", null, DevSpace);

        Command("details", () =>
        {
            CommandText("name", help.Command.Name);
            CommandText("verb", help.Command.Verb);
            CommandText("noun", help.Command.Noun);
            Text("description", [help.Page.Synopsis]);
        });
        Text("description", MamlText.Paragraphs(help.Page.Description));
        Command("syntax", () => Each(help.Command.ParameterSets, set => WriteSyntax(help, set)));
        Command("parameters", () => Each(help.Parameters, WriteParameter));
        Command("inputTypes", () => Each(help.Inputs, type => WriteType("inputType", type)));
        Command("returnValues", () => Each(help.Outputs, type => WriteType("returnValue", type)));
        WriteNotes(help.Page);
        Command("examples", () => Each(help.Page.Examples.Index(), WriteExample));
        WriteLinks(help.Page.Links);

        _xml.WriteEndElement();
    }

    private void WriteSyntax(CommandHelp help, ParameterSetDescription set) => Command("syntaxItem", () =>
    {
        MamlValue("name", help.Command.Name);
        foreach (ParameterUse use in set.Parameters)
        {
            WriteUse(use);
        }
    });

    private void WriteUse(ParameterUse use) => Command("parameter", () =>
    {
        ParameterDescription parameter = use.Parameter;
        WriteAttributes(parameter, use.IsMandatory, use.Position);
        MamlValue("name", parameter.Name);
        if (parameter.Values.Count is > 0 and <= ValuesInSyntax && !parameter.IsArray)
        {
            Command("parameterValueGroup", () => Each(parameter.Values, value => WriteValue(value, required: false)));
        }
        else if (!parameter.IsSwitch)
        {
            WriteValue(parameter.TypeName, required: true);
        }
    });

    private void WriteParameter(ParameterHelp help) => Command("parameter", () =>
    {
        ParameterDescription parameter = help.Parameter;
        WriteAttributes(parameter, parameter.IsMandatory, parameter.Position);
        MamlValue("name", parameter.Name);
        Text("description", [.. MamlText.Paragraphs(help.Entry.Text), .. MamlText.Values(parameter)]);
        WriteValue(parameter.TypeName, required: !parameter.IsSwitch);
        Dev("type", () => MamlValue("name", parameter.TypeName));
        _xml.WriteElementString("defaultValue", DevSpace, help.Entry.DefaultValue ?? (parameter.IsSwitch ? "False" : "None"));
    });

    private void WriteAttributes(ParameterDescription parameter, bool mandatory, int? position)
    {
        _xml.WriteAttributeString("required", mandatory ? "true" : "false");
        _xml.WriteAttributeString("variableLength", parameter.IsArray ? "true" : "false");
        _xml.WriteAttributeString("globbing", parameter.AcceptsWildcards ? "true" : "false");
        _xml.WriteAttributeString("pipelineInput", MamlText.PipelineInput(parameter));
        _xml.WriteAttributeString("position", position is { } number ? XmlConvert.ToString(number) : "named");
        _xml.WriteAttributeString("aliases", parameter.Aliases.Count > 0 ? string.Join(", ", parameter.Aliases) : "none");
    }

    private void WriteValue(string value, bool required)
    {
        _xml.WriteStartElement("parameterValue", CommandSpace);
        _xml.WriteAttributeString("required", required ? "true" : "false");
        _xml.WriteString(value);
        _xml.WriteEndElement();
    }

    private void WriteType(string element, TypeHelp help) => Command(element, () =>
    {
        Dev("type", () => MamlValue("name", help.Type.FullName));
        Text("description", MamlText.Paragraphs(help.Text));
    });

    private void WriteNotes(HelpPage page)
    {
        if (page.Errors.Count > 0 || page.Notes.Count > 0)
        {
            Maml("alertSet", () => Text("alert", [.. MamlText.Errors(page.Errors), .. MamlText.Paragraphs(page.Notes)]));
        }
    }

    /// <summary>The empty paragraph at the end keeps the next example's title off the last line.</summary>
    private void WriteExample((int Index, HelpExample Example) item) => Command("example", () =>
    {
        MamlValue("title", $"--- Example {item.Index + 1}: {item.Example.Title} ---");
        _xml.WriteElementString("code", DevSpace, item.Example.Code.Text);
        Dev("remarks", () => WriteParagraphs([.. MamlText.Remarks(item.Example.Remarks), ""]));
    });

    private void WriteLinks(IReadOnlyList<HelpLink> links) => Command("relatedLinks", () => Each(links, link => Maml("navigationLink", () =>
    {
        MamlValue("linkText", link.Text);
        MamlValue("uri", link.Uri);
    })));

    private void Text(string element, IReadOnlyList<string> paragraphs) => Maml(element, () => WriteParagraphs(paragraphs));

    /// <summary>An element of text has a paragraph even when there is nothing to say: Get-Help takes it for a record otherwise.</summary>
    private void WriteParagraphs(IReadOnlyList<string> paragraphs) =>
        Each(paragraphs.Count > 0 ? paragraphs : [""], paragraph => MamlValue("para", paragraph));

    private static void Each<T>(IEnumerable<T> items, Action<T> write)
    {
        foreach (T item in items)
        {
            write(item);
        }
    }

    private void Element(string prefix, string name, string space, Action content)
    {
        _xml.WriteStartElement(prefix, name, space);
        content();
        _xml.WriteEndElement();
    }

    private void Command(string name, Action content) => Element("command", name, CommandSpace, content);

    private void Maml(string name, Action content) => Element("maml", name, MamlSpace, content);

    private void Dev(string name, Action content) => Element("dev", name, DevSpace, content);

    private void CommandText(string name, string text) => _xml.WriteElementString(name, CommandSpace, text);

    private void MamlValue(string name, string text) => _xml.WriteElementString(name, MamlSpace, text);
}
