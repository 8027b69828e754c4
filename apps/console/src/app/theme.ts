import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core';

const iris: MantineColorsTuple = [
  '#eef0fd',
  '#dde1fb',
  '#bcc4f6',
  '#97a3f2',
  '#7382eb',
  '#5b6ae2',
  '#4755d8',
  '#3b48c0',
  '#323d9f',
  '#272f7c',
];
const gray: MantineColorsTuple = [
  '#f7f8fa',
  '#eff1f4',
  '#e4e7ec',
  '#d3d8df',
  '#b3bac6',
  '#868f9e',
  '#5f6878',
  '#4a5262',
  '#333a47',
  '#1d222d',
];
const dark: MantineColorsTuple = [
  '#e4e7ed',
  '#c5cad5',
  '#a5acbb',
  '#7f8798',
  '#3b4252',
  '#2d333f',
  '#232833',
  '#1a1e26',
  '#13161c',
  '#0d0f14',
];

/** Colours, type and shapes of the console. Every text colour reaches 4.5:1 on the surfaces it is used on. */
export const theme = createTheme({
  primaryColor: 'iris',
  primaryShade: { light: 6, dark: 6 },
  colors: { iris, gray, dark },
  fontFamily: "'Inter Variable', system-ui, -apple-system, 'Segoe UI', sans-serif",
  fontFamilyMonospace: "ui-monospace, 'SFMono-Regular', Menlo, Consolas, 'DejaVu Sans Mono', monospace",
  headings: { fontWeight: '620', sizes: { h1: { fontSize: '22px', lineHeight: '30px' } } },
  fontSizes: { xs: '12px', sm: '13.5px', md: '14.5px', lg: '16px', xl: '19px' },
  lineHeights: { xs: '1.45', sm: '1.5', md: '1.5', lg: '1.5', xl: '1.4' },
  defaultRadius: 'md',
  radius: { sm: '5px', md: '8px', lg: '12px' },
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    InputWrapper: { defaultProps: { inputWrapperOrder: ['label', 'input', 'error', 'description'] } },
    Button: { defaultProps: { size: 'sm' } },
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray' } },
    Modal: {
      defaultProps: {
        centered: false,
        yOffset: '9vh',
        overlayProps: { backgroundOpacity: 0.45 },
        closeButtonProps: { 'aria-label': 'Close' },
        // Its head is a `header`, which would count as the page's second banner.
        attributes: { header: { role: 'presentation' } },
      },
      styles: { title: { fontWeight: 620 } },
    },
    Drawer: {
      defaultProps: {
        closeButtonProps: { 'aria-label': 'Close' },
        attributes: { header: { role: 'presentation' } },
      },
    },
    Notification: { defaultProps: { closeButtonProps: { 'aria-label': 'Close' } } },
    Tooltip: { defaultProps: { openDelay: 300, multiline: true, maw: 320, withArrow: true } },
    Menu: { defaultProps: { shadow: 'md', position: 'bottom-end' } },
    Table: { defaultProps: { verticalSpacing: 'sm' } },
  },
});

/** Variables of the framework that its defaults leave below the contrast we keep. */
export const cssVariablesResolver: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': gray[6],
    '--mantine-color-placeholder': gray[6],
    '--mantine-color-error': '#c4262e',
    '--mantine-color-anchor': iris[7],
    '--mantine-color-red-outline': '#a61d24',
    '--mantine-color-yellow-outline': '#7d4a00',
    '--mantine-color-green-outline': '#17663a',
    '--mantine-color-default-border': gray[3],
    '--mantine-color-text': gray[9],
  },
  dark: {
    '--mantine-color-dimmed': dark[2],
    '--mantine-color-placeholder': dark[3],
    '--mantine-color-error': '#ff8f8f',
    '--mantine-color-anchor': iris[3],
    '--mantine-color-red-outline': '#ff9fa1',
    '--mantine-color-yellow-outline': '#f3c876',
    '--mantine-color-green-outline': '#84dba6',
    '--mantine-color-default-border': dark[4],
    '--mantine-color-text': dark[0],
    '--mantine-color-body': dark[7],
    '--mantine-color-iris-light': 'rgb(115 130 235 / 18%)',
    '--mantine-color-iris-light-hover': 'rgb(115 130 235 / 26%)',
    '--mantine-color-iris-light-color': iris[2],
    '--mantine-color-gray-light': dark[5],
    '--mantine-color-gray-light-color': dark[0],
  },
});
