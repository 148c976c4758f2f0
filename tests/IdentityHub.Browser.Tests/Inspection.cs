using System.Diagnostics.CodeAnalysis;

namespace IdentityHub.Browser.Tests;

/// <summary>What a page looks like, measured in the browser.</summary>
[SuppressMessage("Performance", "CA1819", Justification = "Filled by the browser.")]
public sealed class Look
{
    public string Language { get; set; } = "";

    /// <summary>Elements that stick out of the window.</summary>
    public string[] Overflow { get; set; } = [];

    /// <summary>Text with less contrast than WCAG 2.2 §1.4.3 asks for.</summary>
    public string[] Contrast { get; set; } = [];

    /// <summary>Fields, buttons, links, pictures and frames without a name. WCAG 2.2 §4.1.2.</summary>
    public string[] Unnamed { get; set; } = [];

    /// <summary>Texts that look like the key of one.</summary>
    public string[] Keys { get; set; } = [];

    /// <summary>Buttons and fields smaller than 24 by 24 px. WCAG 2.2 §2.5.8.</summary>
    public string[] Small { get; set; } = [];

    /// <summary>How many h1 there are.</summary>
    public int Headings { get; set; }

    /// <summary>How many main landmarks there are.</summary>
    public int Mains { get; set; }
}

/// <summary>The measuring itself.</summary>
internal static class Inspection
{
    public const string Script =
        """
        () => {
          const parse = color => { const p = color.match(/[\d.]+/g).map(Number); return { r: p[0], g: p[1], b: p[2], a: p.length > 3 ? p[3] : 1 }; };
          const channel = v => { v /= 255; return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; };
          const luminance = c => 0.2126 * channel(c.r) + 0.7152 * channel(c.g) + 0.0722 * channel(c.b);
          const ratio = (a, b) => { const [x, y] = [luminance(a), luminance(b)].sort((p, q) => q - p); return (x + 0.05) / (y + 0.05); };
          const backdrop = element => {
            for (let e = element; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor); if (c.a > 0) return c; }
            return { r: 255, g: 255, b: 255, a: 1 };
          };
          const isShown = e => e.checkVisibility() && e.getClientRects().length > 0;
          const describe = e => `<${e.tagName.toLowerCase()} ${e.id ? '#' + e.id : e.className || e.name || ''}> ${(e.textContent || '').trim().slice(0, 40)}`;
          const look = { language: document.documentElement.lang, overflow: [], contrast: [], unnamed: [], keys: [], small: [],
            headings: document.querySelectorAll('h1').length, mains: document.querySelectorAll('main').length };

          const width = document.documentElement.clientWidth;
          if (document.documentElement.scrollWidth > width) {
            for (const e of document.body.querySelectorAll('*'))
              if (e.getBoundingClientRect().right > width + 1) look.overflow.push(describe(e));
          }

          const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          while (texts.nextNode()) {
            const text = texts.currentNode.textContent.trim(), e = texts.currentNode.parentElement;
            if (!text || !isShown(e)) continue;
            if (!e.closest('code, dd, bdi') && /^[a-z_]+(\.[a-z_]+)+$/.test(text)) look.keys.push(text);
            const style = getComputedStyle(e), size = parseFloat(style.fontSize), isLarge = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
            const contrast = ratio(parse(style.color), backdrop(e));
            if (contrast < (isLarge ? 3 : 4.5)) look.contrast.push(`${contrast.toFixed(2)} ${describe(e)}`);
          }

          for (const e of document.querySelectorAll('input:not([type=hidden]), select')) {
            const style = getComputedStyle(e);
            if (isShown(e) && e.type !== 'checkbox' && ratio(parse(style.borderTopColor), backdrop(e.parentElement)) < 3) look.contrast.push(`border ${describe(e)}`);
            if (isShown(e) && e.labels.length === 0 && !e.ariaLabel) look.unnamed.push(describe(e));
          }
          for (const e of document.querySelectorAll('button, a')) if (isShown(e) && !(e.ariaLabel || e.textContent.trim())) look.unnamed.push(describe(e));
          for (const e of document.querySelectorAll('img')) if (e.getAttribute('alt') === null || !e.complete || e.naturalWidth === 0) look.unnamed.push(describe(e) + e.src);
          for (const e of document.querySelectorAll('iframe')) if (!e.title) look.unnamed.push(describe(e));
          for (const e of document.querySelectorAll('button, .button, select, input:not([type=hidden], [type=checkbox])')) {
            const box = e.getBoundingClientRect();
            if (isShown(e) && (box.width < 24 || box.height < 24)) look.small.push(describe(e));
          }
          return look;
        }
        """;
}
